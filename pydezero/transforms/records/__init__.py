"""Records of functions of the user's, in which the Variables that they capture are arguments."""
