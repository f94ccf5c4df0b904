// An agent that stands on nothing of HeyJarvis but its contract: proto/heyjarvis/agents/v1 and one Redis hash.
//
// It counts the words of the request and of everything it is given. It needs no artifact store: its card says
// `inline_content`, so content travels inside the messages. docs/agent-contract.md tells what each part is for.
package main

import (
	"context"
	"errors"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	pb "heyjarvis/tests/support/go_agent/gen/heyjarvis/agents/v1"

	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
)

func main() {
	options, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		log.Fatalf("REDIS_URL: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()

	desk := newDesk(listener.Addr().String())
	server := grpc.NewServer()
	pb.RegisterAgentServiceServer(server, desk)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		keepRegistered(stop, redis.NewClient(options), desk)
		server.Stop()
	}()
	if err := server.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		log.Fatal(err)
	}
	<-ended
}

const (
	registry  = "hj:agents"
	announced = "hj:bus:agents"
	heartbeat = time.Second
)

// keepRegistered writes this instance into the registry every second until the process ends, then takes it out.
func keepRegistered(stop context.Context, client *redis.Client, desk *desk) {
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	first := true
	for {
		ctx, cancel := context.WithTimeout(context.Background(), heartbeat)
		err := signOfLife(ctx, client, desk, first)
		cancel()
		if err != nil {
			log.Printf("no sign of life: %v", err)
		} else {
			first = false
		}
		select {
		case <-ticker.C:
		case <-stop.Done():
			ctx, cancel := context.WithTimeout(context.Background(), heartbeat)
			defer cancel()
			client.HDel(ctx, registry, desk.name)
			client.Publish(ctx, announced, desk.name)
			return
		}
	}
}
