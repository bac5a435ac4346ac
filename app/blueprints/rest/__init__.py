"""REST of any entity: what a body may say, what is answered, and the document that describes it."""
