"""The schedule board: one day of the programme as rooms by time, and moving its parts.

`document` is what the board draws, `revision` tells whether it is still true, `asking` reads what a browser asks for,
`moves` says what that would cause and does it. Rules and the moving itself live in `forums.rules` and
`forums.operations`; the board only translates.
"""
