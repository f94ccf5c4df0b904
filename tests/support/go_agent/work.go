package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	pb "heyjarvis/tests/support/go_agent/gen/heyjarvis/agents/v1"
)

const outputSchema = `{"type": "object", "required": ["words", "by_input"], "properties": {
  "words": {"type": "integer", "minimum": 0},
  "by_input": {"type": "object", "additionalProperties": {"type": "integer"}}}}`

// work counts words. An instruction `wait` takes until the attempt is stopped, for those who want to see that.
func work(ctx context.Context, asked *pb.Assignment, progress func(float64, string)) *pb.WorkResponse {
	byInput := map[string]int{}
	total := len(strings.Fields(asked.Request))
	simulated := false
	for number, input := range asked.Inputs {
		simulated = simulated || input.Simulated
		for _, artifact := range input.Artifacts {
			if digest(artifact.Content) != artifact.Sha256 {
				return failed(asked.Ref, "INPUT_INVALID", fmt.Sprintf("%s did not arrive whole", artifact.Name))
			}
			words := len(strings.Fields(string(artifact.Content)))
			byInput[artifact.Name] = words
			total += words
		}
		progress(float64(number+1)/float64(len(asked.Inputs)), "Counted "+input.Title)
	}
	if asked.Instructions == "wait" {
		progress(0.5, "Waiting")
		<-ctx.Done()
	}
	if ctx.Err() == context.DeadlineExceeded {
		return overdue(asked.Ref)
	}
	if ctx.Err() != nil {
		return cancelled(asked.Ref, true)
	}
	content, err := json.Marshal(map[string]any{"words": total, "by_input": byInput})
	if err != nil {
		return failed(asked.Ref, "AGENT_ERROR", err.Error())
	}
	result := &pb.Result{
		Ref: asked.Ref,
		Artifacts: []*pb.Artifact{{
			Name:      asked.Ref.Task + "/artifacts/result.json",
			Title:     "Result",
			MediaType: "application/json",
			SizeBytes: int64(len(content)),
			Sha256:    digest(content),
			Content:   content,
		}},
		Summary:    fmt.Sprintf("%d words", total),
		Confidence: 1,
		Usage:      &pb.Usage{},
		Simulated:  simulated,
	}
	return &pb.WorkResponse{Kind: &pb.WorkResponse_Result{Result: result}}
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func failed(ref *pb.AttemptRef, reason, message string) *pb.WorkResponse {
	return failure(ref, &pb.Failure{FailureClass: pb.FailureClass_FAILURE_CLASS_PERMANENT, Reason: reason, Message: message})
}

func overdue(ref *pb.AttemptRef) *pb.WorkResponse {
	message := fmt.Sprintf("Not done by %s", time.Now().UTC().Format(time.RFC3339))
	return failure(ref, &pb.Failure{FailureClass: pb.FailureClass_FAILURE_CLASS_DEADLINE, Reason: "DEADLINE", Message: message})
}

func failure(ref *pb.AttemptRef, why *pb.Failure) *pb.WorkResponse {
	told := &pb.AttemptFailure{Ref: ref, Failure: why, Usage: &pb.Usage{}}
	return &pb.WorkResponse{Kind: &pb.WorkResponse_Failure{Failure: told}}
}
