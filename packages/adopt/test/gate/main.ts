/** Holds each adopter to its host library and prints what Runwell finds out about it. */
