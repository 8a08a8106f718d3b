"""The table of settings in the operator's guide and the variables that the settings read are the same."""

from tests import project_rules
from tests.docs.tables import described, differences


def test_settings_are_described_and_exist():
    assert (
        differences(
            project_rules.setting_names(),
            described("docs/operator.md", "## Settings"),
            code="recovery_site/settings.py",
            docs="docs/operator.md (Settings)",
        )
        == []
    )
