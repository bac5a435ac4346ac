"""The domain's rules, plain functions; the only writers. No Flask, no commit."""
