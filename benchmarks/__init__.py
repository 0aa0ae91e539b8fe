"""One script a claim, rivals beside ours in the same run. Never part of the tests."""
