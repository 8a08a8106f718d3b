"""Spanish as it is written in the United States, Mexico and Central America: a point before decimals."""

DATE_FORMAT = r"j \d\e F \d\e Y"
MONTH_DAY_FORMAT = r"j \d\e F"
SHORT_DATE_FORMAT = "j b"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
# The first is also how a date goes into `<input type=date>`, which takes no other form.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
