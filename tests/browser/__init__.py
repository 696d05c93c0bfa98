"""The whole house, driven as people drive it: real server, real worker, real Chromium."""
