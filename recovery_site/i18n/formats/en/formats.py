"""English: the day before the month, as the pages say it; clocks of twelve hours are made in
directory/listings/availability.py."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
# Where there is room for little, as in a week: without the year.
SHORT_DATE_FORMAT = "j M"
