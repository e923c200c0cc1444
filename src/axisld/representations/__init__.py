"""How an answer is written: the table of formats, which of them a client prefers, and the writers."""
