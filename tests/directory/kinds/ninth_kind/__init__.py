"""An app that declares an invented ninth kind of listing: legal clinics. Nothing else in the project knows of it."""
