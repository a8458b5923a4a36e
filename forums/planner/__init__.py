"""The timetable planner: a problem in, the best plan found out.

`problem` says what is asked, `wishes` prices a plan and names what it breaks, `search` finds one. None of these
knows Django's models; `programme` asks for an edition. OR-Tools takes seconds to import, so only functions do.
"""
