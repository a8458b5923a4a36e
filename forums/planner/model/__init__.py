"""The timetable as a CP-SAT model: a part per wish, each adding its variables, its rules and its costs.

A track takes lanes of a block: its first room is lane 0, a second one at the same time lane 1. Talks are put into
lanes and inherit the lane's room, so no variable ties a talk to a room. Rooms that no cost tells apart can be pooled
into groups: a smaller model, whose bound holds for the real rooms as well.

`hard` bans every cost of that height, which turns the dearest wishes into rules and makes the rest quick to solve.
"""
