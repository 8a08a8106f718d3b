"""What goes and what stays when texts of feeds are published: one table for each rule. All texts are invented."""

import pytest

from feeds.formats.privacy import public_address, public_name, public_notes

# What follows a label of a password goes whole, also where it looks like words.
PASSWORDS = [
    ("Welcome. Password: IN-HARMONY", "Welcome."),
    ("Welcome. Password: at-peace", "Welcome."),
    ("Welcome. Password is For-Ever", "Welcome."),
    ("Welcome. Password: on.time", "Welcome."),
    ("Welcome. PW: to-day", "Welcome."),
    ("Welcome. Password IN-HARMONY", "Welcome."),
    ("Welcome. Passcode by-the-sea", "Welcome."),
    ("Welcome. Passcode is and.so.on", "Welcome."),
    ("Welcome. PW will-do", "Welcome."),
    ("Welcome. pw the_way", "Welcome."),
    ("Welcome. Password: in harmony", "Welcome."),
    ("Welcome. Password: quiet sea", "Welcome."),
    ("Welcome. Password = for.us", "Welcome."),
    ("Welcome. Password – to-gether", "Welcome."),
    ("Welcome. PASSWORD:SEAGULL", "Welcome."),
    ("Welcome. Password (all lower case): seagull", "Welcome."),
    ("Welcome. Password in capitals: SEAGULL", "Welcome."),
    ("Welcome. The password for the meeting is seagull.", "Welcome."),
    ("Welcome. Password to enter: seagull", "Welcome."),
    ("Welcome. Password will be: seagull", "Welcome."),
    ("Welcome. Zoom password “gull”", "Welcome."),
    ("Welcome. Pass code: 44 55 66", "Welcome."),
    ("Welcome. pwd=gull", "Welcome."),
    ("Welcome. p/w gull", "Welcome."),
    ("Welcome. Passphrase: we are here", "Welcome."),
    ("Welcome. PIN: gull", "Welcome."),
    ("Welcome. PIN 9", "Welcome."),
    ("Welcome. PIN is 9081#", "Welcome."),
    ("Welcome. pin: on-time", "Welcome."),
    ("Welcome. Pass: gull", "Welcome."),
    ("Welcome. Access code: 5544", "Welcome."),
    ("Welcome. Door code 5544", "Welcome."),
    ("Welcome. Gate code: gull", "Welcome."),
    ("Welcome. Use gull44 as the password.", "Welcome."),
    ("Welcome. 5544 is the passcode", "Welcome."),
    ("Bienvenidos. Contraseña: en-paz", "Bienvenidos."),
    ("Bienvenidos. Contraseña es por-hoy", "Bienvenidos."),
    ("Bienvenidos. contrasena gaviota", "Bienvenidos."),
    ("Bienvenidos. Contraseña de Zoom: gaviota", "Bienvenidos."),
    ("Bienvenidos. Clave: solo.por.hoy", "Bienvenidos."),
    ("Bienvenidos. Clave de acceso: gaviota", "Bienvenidos."),
    ("Bienvenidos. La clave es 5544.", "Bienvenidos."),
    ("Bienvenidos. Código: gaviota", "Bienvenidos."),
    ("Bienvenidos. Código de acceso 5544", "Bienvenidos."),
    ("Bienvenidos. El PIN es 5544.", "Bienvenidos."),
    ("Passcode:\nin-harmony\nChips.", "Chips."),
    ("Password -- IN-HARMONY", ""),
    ("PW | to-day | Chips", "Chips"),
]

# The rest of the sentence, and the other clauses, stay.
REST_STAYS = [
    ("Entrance in back -- PW: 123456", "Entrance in back"),
    ("Zoom passcode 112233 / Two meetings: in person OR Zoom", "Two meetings: in person OR Zoom"),
    ("Ramp at the rear / Passcode: gull / Park on the street", "Ramp at the rear / Park on the street"),
    ("Ramp at the rear | PIN 5544 | Chips", "Ramp at the rear | Chips"),
    ("Ramp at the rear\nPassword: gull\nChips", "Ramp at the rear\nChips"),
    ("Ramp at the rear. Password: gull. Chips.", "Ramp at the rear. Chips."),
    ("Ramp at the rear -- PW: 5544. Chips.", "Ramp at the rear. Chips."),
    ("PW: 5544 -- Ramp at the rear", "Ramp at the rear"),
    ("Password: 5544 - Ramp at the rear", "Ramp at the rear"),
    ("Enter by the side door, PW: Gull7", "Enter by the side door"),
    ("Use the side door (password: gull) and go up.", "Use the side door and go up."),
    ("In person and on Zoom, password gull7", "In person and on Zoom"),
    ("We read the steps; passcode gull7.", "We read the steps."),
    ("Estacione atrás -- Contraseña: gaviota", "Estacione atrás"),
    ("Contraseña: gaviota / Puerta lateral", "Puerta lateral"),
    ("Clave 5544 | Puerta lateral", "Puerta lateral"),
    ("Ring twice -- 503-555-0100 -- Chips", "Ring twice -- Chips"),
    ("Ring twice / gull@example.org / Chips", "Ring twice / Chips"),
    ("Meeting ID 869 126 579 / Use the rear door", "Use the rear door"),
    ("Join https://zoom.us/j/123456789?pwd=gull -- Chips", "Join https://zoom.us/j/123456789 -- Chips"),
]

# Nothing is secret here.
NO_PASSWORD = [
    "No password needed. All welcome.",
    "No password required. Doors: 6:45",
    "No password needed, doors open: 6:45",
    "Waiting room, no passcode",
    "Password: not required",
    "Passcode: none",
    "Password-protected meeting",
    "The group is password-protecting its room to keep members safe.",
    "The password is sent by e-mail.",
    "The passcode changes each month.",
    "Password available on request",
    "Ask for the password at the door.",
    "Sin contraseña",
    "La contraseña se envía cada semana.",
    "Dress code: casual",
    "Zip code 97000",
    "Area code 503",
    "Code 3 Group shares the room",
    "Pass the 7th tradition basket",
    "We pass out chips",
    "Anniversary pins are given out",
    "Masks and / or shields",
    "Chips / Cake / Coffee",
    "Step 1 -- Step 2",
    "Open | Beginners",
    "Use the 12 Step room",
    "Doors open 6:45",
    "Began 2021-06-21. Chips.",
]

# These sentences name nobody.
NO_PERSON = [
    "Phone only, no face to face",
    "Phone Only- no face to face",
    "Phone Only - No Face to Face",
    "Phone Meeting",
    "Telephone meeting only",
    "Text Study on Mondays",
    "Ring bell at the side entrance",
    "Ring Bell at the side entrance",
    "Ring Buzzer at rear",
    "Ring Doorbell twice",
    "Ring Upon arrival",
    "Call Ahead for the key",
    "Call Intergroup for help",
    "Call First",
    "Contact Central Office",
    "Contact Us on our website",
    "Text Only line",
    "Host: First Presbyterian Church",
    "Host: St. Olaf's Church",
    "Host: Elks Lodge Hall",
    "Host: Quay Street Community Center",
    "Hosts: District 42",
    "Contact: Central Office",
    "Contact: see website",
    "Chair: rotating",
    "Secretary: needed",
    "Leader: varies",
    "Folding chairs – bring your own",
    "Ask at the front desk",
    "Message of hope",
]

# These name somebody, or lead to somebody.
PERSONS = [
    ("Host: Tom. Chips.", "Chips."),
    ("Host: Tom at First Presbyterian Church. Chips.", "Chips."),
    ("Host: John Hall. Chips.", "Chips."),
    ("Host: tom. Chips.", "Chips."),
    ("Secretary: Tom S. Chips.", ""),
    ("Secretary: Tom\nChips.", "Chips."),
    ("Contact: Ana or Tom / Chips", "Chips"),
    ("Ask for Tom. Chips.", "Chips."),
    ("Call Tom after six. Chips.", "Chips."),
    ("Ring Tom at the gate. Chips.", "Chips."),
    ("Text or call Ana. Chips.", "Chips."),
    ("Llame a Ana. Café.", "Café."),
    ("Contacte: Ana -- Café", "Café"),
    ("Contact / Tom", ""),
    ("Secretary -- Tom -- Chips", "Chips"),
    ("Tom Sailor / 503-555-0100", ""),
    ("Tom will answer -- 503-555-0100", ""),
    ("Tom\n503-555-0100\nChips.", "Chips."),
    ("GSR: Ana | Chips", "Chips"),
    ("Treasurer = Ana\nChips", "Chips"),
]

# Ways to reach somebody, and to pay somebody.
CONTACTS = [
    ("Chips. 503-555-0100", "Chips."),
    ("Chips. (503) 555 0100", "Chips."),
    ("Chips. 503.555.0100", "Chips."),
    ("Chips. 5035550100", "Chips."),
    ("Chips. +44 20 7946 0958", "Chips."),
    ("Chips. 555-0100", "Chips."),
    ("Chips | gull@example.org", "Chips"),
    ("Chips | gull (at) example (dot) org", "Chips"),
    ("Chips | gull at example dot org", "Chips"),
    ("Chips | Venmo @port-gull", "Chips"),
    ("Chips | PayPal port-gull", "Chips"),
    ("Chips | $portgull", "Chips"),
    ("Chips | Zelle to the treasurer", "Chips"),
]

# Names lose only what is certainly private.
WHOLE_NAMES = [
    "Code 3 Group",
    "Sober @Sunrise",
    "Group 867-5309",
    "The $Free Group",
    "Grupo Código 12 Pasos",
    "Código 4",
    "Women@Work",
    "Noon @Home",
    "$1 Meeting",
    "Pass It On",
    "Pass 12",
    "PIN Cushion Group",
    "Password Is Hope",
    "Clave de Sol",
    "Zip Code 97000 Group",
    "Area Code 503 Group",
    "Group #123456",
    "District 12 / GSO #00123456",
    "Big Book 164",
    "24-7 Group",
    "12&12 Study",
    "Room 1234567",
    "Call to Action",
    "Ring of Friends",
    "Phone Only Group",
    "Host Committee",
    "Text Study",
    "Ask Tom Anything",
    "1939 Edition",
    "Suite 100-2000",
]
CUT_NAMES = [
    ("Dawn Patrol 503-555-0100", "Dawn Patrol"),
    ("Dawn Patrol (503) 555-0100", "Dawn Patrol"),
    ("Dawn Patrol +1 503 555 0100", "Dawn Patrol"),
    ("Dawn Patrol call Tom 503-555-0100", "Dawn Patrol"),
    ("Dawn Patrol call 555-0100", "Dawn Patrol"),
    ("Dawn Patrol Tel. 555-0100", "Dawn Patrol"),
    ("Dawn Patrol gull@example.org", "Dawn Patrol"),
    ("Dawn Patrol gull@gmail", "Dawn Patrol"),
    ("Dawn Patrol gull (at) example (dot) org", "Dawn Patrol"),
    ("Dawn Patrol PW: gull", "Dawn Patrol"),
    ("Dawn Patrol (PIN: 1234)", "Dawn Patrol"),
    ("Dawn Patrol (PIN 1234)", "Dawn Patrol"),
    ("Dawn Patrol password gull7", "Dawn Patrol"),
    ("Dawn Patrol - Passcode: IN-HARMONY", "Dawn Patrol"),
    ("Dawn Patrol, contraseña: gaviota", "Dawn Patrol"),
    ("Dawn Patrol Clave: gaviota", "Dawn Patrol"),
    ("Dawn Patrol [zoom code 5544]", "Dawn Patrol"),
    ("Dawn Patrol code: 5544", "Dawn Patrol"),
    ("Dawn Patrol Venmo @port-gull", "Dawn Patrol"),
]

ADDRESSES = [
    ("12 Quay St", "12 Quay St"),
    ("112-0002 Tokyo", "112-0002 Tokyo"),
    ("Code 3 Building", "Code 3 Building"),
    ("Suite 100-2000", "Suite 100-2000"),
    ("12 Quay St, 503-555-0100", "12 Quay St"),
    ("12 Quay St (door code: 5544)", "12 Quay St"),
    ("12 Quay St, PW: gull", "12 Quay St"),
    ("12 Quay St gull@example.org", "12 Quay St"),
]


@pytest.mark.parametrize(("text", "public"), PASSWORDS + REST_STAYS + PERSONS + CONTACTS)
def test_private_part_goes(text: str, public: str) -> None:
    assert public_notes(text) == public


@pytest.mark.parametrize("text", NO_PASSWORD + NO_PERSON)
def test_note_without_private_data_stays_whole(text: str) -> None:
    assert public_notes(text) == text


@pytest.mark.parametrize(("name", "public"), CUT_NAMES + [(name, name) for name in WHOLE_NAMES])
def test_name_loses_only_what_is_certain(name: str, public: str) -> None:
    assert public_name(name) == public


@pytest.mark.parametrize(("address", "public"), ADDRESSES)
def test_address_loses_only_what_is_certain(address: str, public: str) -> None:
    assert public_address(address) == public


def test_tables_have_enough_rows() -> None:
    tables = (
        PASSWORDS,
        REST_STAYS,
        NO_PASSWORD,
        NO_PERSON,
        PERSONS,
        CONTACTS,
        WHOLE_NAMES,
        CUT_NAMES,
        ADDRESSES,
    )
    assert sum(map(len, tables)) >= 150
