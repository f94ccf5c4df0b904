package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	pb "heyjarvis/tests/support/go_agent/gen/heyjarvis/agents/v1"

	"google.golang.org/protobuf/types/known/timestamppb"
)

func keyOf(ref *pb.AttemptRef) string { return fmt.Sprintf("%s#%d", ref.GetTask(), ref.GetAttempt()) }

// workflowOf is the id in `workflows/{workflow}/tasks/{task}`, or empty.
func workflowOf(ref *pb.AttemptRef) string {
	parts := strings.Split(ref.GetTask(), "/")
	if len(parts) != 4 {
		return ""
	}
	return parts[1]
}

// assign begins an attempt or joins it again. Asking twice is harmless.
func (d *desk) assign(asked *pb.Assignment, tell func(*pb.WorkResponse)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	workflow, key := workflowOf(asked.Ref), keyOf(asked.Ref)
	refuse := func(reason pb.RefusalReason, why string) {
		refused := &pb.Refused{Ref: asked.Ref, Reason: reason, Message: why}
		go tell(&pb.WorkResponse{Kind: &pb.WorkResponse_Refused{Refused: refused}})
	}
	if workflow == "" {
		refuse(pb.RefusalReason_REFUSAL_REASON_UNSUPPORTED, "ref names no task")
		return
	}
	if asked.Epoch < d.epochs[workflow] {
		refuse(pb.RefusalReason_REFUSAL_REASON_STALE_EPOCH, "another orchestrator owns the workflow by now")
		return
	}
	known := d.attempts[key]
	if known == nil {
		if d.draining() {
			refuse(pb.RefusalReason_REFUSAL_REASON_DRAINING, "draining")
			return
		}
		if d.inHand() >= capacity+len(asked.AskedBy) {
			refuse(pb.RefusalReason_REFUSAL_REASON_AT_CAPACITY, "all places are taken")
			return
		}
	}
	d.remember(workflow, asked.Epoch)
	accepted := &pb.WorkResponse{Kind: &pb.WorkResponse_Accepted{
		Accepted: &pb.Accepted{Ref: asked.Ref, Rejoined: known != nil},
	}}
	if known != nil {
		known.tell = tell
		outcome := known.outcome
		go func() {
			tell(accepted)
			if outcome != nil {
				tell(outcome)
			}
		}()
		return
	}
	ctx, cancel := context.WithDeadline(context.Background(), asked.DeadlineTime.AsTime())
	d.attempts[key] = &attempt{ref: asked.Ref, cancel: cancel, tell: tell}
	d.order = append(d.order, key)
	go func() {
		defer cancel()
		tell(accepted)
		d.finish(key, work(ctx, asked, func(fraction float64, line string) {
			tell(&pb.WorkResponse{Kind: &pb.WorkResponse_Progress{
				Progress: &pb.Progress{Ref: asked.Ref, Fraction: fraction, Message: line, Usage: &pb.Usage{}},
			}})
		}))
	}()
}

// remember keeps the highest epoch of a workflow, of the last ten thousand.
func (d *desk) remember(workflow string, epoch int64) {
	if len(d.epochs) > 10_000 {
		d.epochs = map[string]int64{}
	}
	d.epochs[workflow] = epoch
}

// finish keeps the outcome, then tells it to whoever asked last.
func (d *desk) finish(key string, outcome *pb.WorkResponse) {
	d.mu.Lock()
	attempt := d.attempts[key]
	attempt.outcome = outcome
	tell := attempt.tell
	for len(d.order) > keptOutcome {
		if oldest := d.attempts[d.order[0]]; oldest != nil && oldest.outcome == nil {
			break
		}
		delete(d.attempts, d.order[0])
		d.order = d.order[1:]
	}
	d.mu.Unlock()
	tell(outcome)
}

// stop ends an attempt; its receipt is its outcome. One that has an outcome already tells that.
func (d *desk) stop(asked *pb.CancelAttempt, tell func(*pb.WorkResponse)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	attempt := d.attempts[keyOf(asked.Ref)]
	switch {
	case attempt == nil:
		go tell(cancelled(asked.Ref, false))
	case attempt.outcome != nil:
		go tell(attempt.outcome)
	default:
		attempt.tell = tell
		attempt.cancel()
	}
}

// forget drops an attempt whose outcome is on record.
func (d *desk) forget(ref *pb.AttemptRef) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := keyOf(ref)
	if attempt := d.attempts[key]; attempt == nil || attempt.outcome == nil {
		return
	}
	delete(d.attempts, key)
	for place, known := range d.order {
		if known == key {
			d.order = append(d.order[:place], d.order[place+1:]...)
			return
		}
	}
}

func cancelled(ref *pb.AttemptRef, known bool) *pb.WorkResponse {
	receipt := &pb.Cancelled{Ref: ref, StopTime: timestamppb.New(time.Now()), Usage: &pb.Usage{}, Known: known}
	return &pb.WorkResponse{Kind: &pb.WorkResponse_Cancelled{Cancelled: receipt}}
}
