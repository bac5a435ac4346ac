"""The demonstration incident: a believable engagement, the same for the same seed.

`story.chapters` gives the change sets in their order; each chapter writes itself. Names, texts and
landscape come from the seed alone; the times end at a given moment (usually now) and begin two
weeks before it.
"""
