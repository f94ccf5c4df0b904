"""The autoscalers that are compared, each made anew for every simulation. Ours runs the decision code of production."""
