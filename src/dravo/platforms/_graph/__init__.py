"""What Facebook Pages and Instagram share: Meta's Graph API as a wire (version, envelope, error table, usage headers)."""
