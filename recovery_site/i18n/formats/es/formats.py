"""Spanish formats of the United States, Mexico and Central America, with a point before decimals."""

DATE_FORMAT = r"j \d\e F \d\e Y"
MONTH_DAY_FORMAT = r"j \d\e F"
SHORT_DATE_FORMAT = "j b"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
# The first is also the only format that `<input type=date>` accepts.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
