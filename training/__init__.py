"""What learns and measures: trains the scorers, evaluates them. Never in the Lambda package."""
