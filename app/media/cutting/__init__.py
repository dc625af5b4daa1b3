"""A film shown in part: the ends trimmed, pieces cut out of the middle, nothing encoded anew but what lies beside the cuts.

What is kept is a list of pieces in seconds of the source (`keep`). From it follows a plan (`plan`, `sound`): which segments of the film are
taken as they are, and which few frames are made anew because their segment also shows what was cut out (`pieces`). What is sent has
its times moved together (`fragments`), so that a player meets one film without a break: no discontinuity, in which players differ most.
"""
