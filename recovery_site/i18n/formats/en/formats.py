"""English formats of dates: the day before the month. directory/listings/availability.py writes times of day."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
# Without the year, where there is little space, such as in a week.
SHORT_DATE_FORMAT = "j M"
