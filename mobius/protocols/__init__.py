"""Protocol maths. Here: what flowed into and out of a protocol. Not here: asking sources (desk), wording (assistant)."""
