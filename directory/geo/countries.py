"""The countries that listings serve, by ISO 3166 code.

A country is added by its code here; `make messages` then adds its names.
"""

from django.utils.translation import pgettext_lazy

from core.locale_names import COUNTRY_NAMES

# In the order of the English names.
COUNTRY_CODES = (
    "AR AU AT BE BR CA CL CO DK FI FR DE IN IE IL IT JP KE MX NL NZ NG NO PH PL PT SG ZA KR ES SE CH GB US"
).split()
# The catalogs contain each name in the context "country".
COUNTRIES = {code: pgettext_lazy("country", COUNTRY_NAMES.get(code, code)) for code in COUNTRY_CODES}
