package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"sync"
	"time"

	pb "heyjarvis/tests/support/go_agent/gen/heyjarvis/agents/v1"

	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	agentType   = "word_count"
	capacity    = 4
	keptOutcome = 1000 // finished attempts kept until they are acknowledged
)

// attempt is one try at a task. It lives longer than the stream that asked for it.
type attempt struct {
	ref     *pb.AttemptRef
	cancel  context.CancelFunc
	outcome *pb.WorkResponse // nil while it runs
	tell    func(*pb.WorkResponse)
}

// desk takes assignments, joins them again, and keeps what came of them until that is acknowledged.
type desk struct {
	pb.UnimplementedAgentServiceServer
	name     string
	endpoint string
	started  *timestamppb.Timestamp

	mu       sync.Mutex
	attempts map[string]*attempt
	order    []string
	epochs   map[string]int64 // by workflow
	drains   map[string]time.Time
}

func newDesk(endpoint string) *desk {
	suffix := make([]byte, 4)
	rand.Read(suffix)
	return &desk{
		name:     "word-count-" + hex.EncodeToString(suffix),
		endpoint: endpoint,
		started:  timestamppb.Now(),
		attempts: map[string]*attempt{},
		epochs:   map[string]int64{},
		drains:   map[string]time.Time{},
	}
}

func card() *pb.AgentCard {
	return &pb.AgentCard{
		Type:          agentType,
		Title:         "Word counter",
		Description:   "Counts the words of the request and of every input.",
		Version:       "1",
		Capabilities:  []string{agentType},
		OutputSchema:  outputSchema,
		Capacity:      capacity,
		InlineContent: true,
	}
}

// instance is this process as of now; the caller holds the lock.
func (d *desk) instance() *pb.AgentInstance {
	state := pb.AgentState_AGENT_STATE_READY
	if d.inHand() > 0 {
		state = pb.AgentState_AGENT_STATE_BUSY
	}
	if d.draining() {
		state = pb.AgentState_AGENT_STATE_DRAINING
	}
	return &pb.AgentInstance{
		Instance:     d.name,
		Type:         agentType,
		Endpoint:     d.endpoint,
		State:        state,
		Capacity:     capacity,
		InHand:       int32(d.inHand()),
		Capabilities: []string{agentType},
		Version:      "1",
		StartTime:    d.started,
	}
}

func (d *desk) inHand() int {
	running := 0
	for _, attempt := range d.attempts {
		if attempt.outcome == nil {
			running++
		}
	}
	return running
}

func (d *desk) draining() bool {
	for id, until := range d.drains {
		if time.Now().After(until) {
			delete(d.drains, id)
		}
	}
	return len(d.drains) > 0
}

// signOfLife writes the registry's entry, stamped with Redis' time: no clock of this machine has to be right.
func signOfLife(ctx context.Context, client *redis.Client, d *desk, announce bool) error {
	now, err := client.Time(ctx).Result()
	if err != nil {
		return err
	}
	d.mu.Lock()
	entry := d.instance()
	d.mu.Unlock()
	entry.HeartbeatTime = timestamppb.New(now)
	packed, err := proto.Marshal(entry)
	if err != nil {
		return err
	}
	if err := client.HSet(ctx, registry, d.name, packed).Err(); err != nil || !announce {
		return err
	}
	return client.Publish(ctx, announced, d.name).Err()
}

// Describe tells what this agent is.
func (d *desk) Describe(context.Context, *pb.DescribeRequest) (*pb.DescribeResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &pb.DescribeResponse{Card: card(), Instance: d.instance()}, nil
}

// Drain takes no new work until the time is over; a ttl of 0 takes it again at once.
func (d *desk) Drain(_ context.Context, request *pb.DrainRequest) (*pb.DrainResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if request.DrainId == "" || len(d.drains) > 100 {
		return nil, status.Error(codes.InvalidArgument, "drain_id is required")
	}
	d.drains[request.DrainId] = time.Now().Add(request.Ttl.AsDuration())
	return &pb.DrainResponse{Accepting: !d.draining(), InHand: int32(d.inHand())}, nil
}

// Work is the stream of one orchestrator.
func (d *desk) Work(stream grpc.BidiStreamingServer[pb.WorkRequest, pb.WorkResponse]) error {
	first, err := stream.Recv()
	if err != nil || first.GetHello() == nil {
		return status.Error(codes.InvalidArgument, "the first message of a Work stream is `hello`")
	}
	var voice sync.Mutex // a stream takes one Send at a time
	tell := func(message *pb.WorkResponse) {
		voice.Lock()
		defer voice.Unlock()
		_ = stream.Send(message) // a broken stream is no loss: the attempt is joined again on the next one
	}
	tell(&pb.WorkResponse{Kind: &pb.WorkResponse_Welcome{Welcome: d.welcome()}})
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch kind := request.Kind.(type) {
		case *pb.WorkRequest_Assign:
			d.assign(kind.Assign, tell)
		case *pb.WorkRequest_Cancel:
			d.stop(kind.Cancel, tell)
		case *pb.WorkRequest_Acknowledge:
			d.forget(kind.Acknowledge.Ref)
		}
	}
}

func (d *desk) welcome() *pb.Welcome {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := make([]*pb.AttemptRef, 0, len(d.attempts))
	for _, attempt := range d.attempts {
		known = append(known, attempt.ref)
	}
	return &pb.Welcome{Card: card(), Instance: d.instance(), Attempts: known}
}
