"""All rules that know English."""
