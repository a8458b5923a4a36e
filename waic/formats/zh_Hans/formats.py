"""Chinese: 7月4日 without the zero. What is not named here is as Django has it."""

MONTH_DAY_FORMAT = "n月j日"
