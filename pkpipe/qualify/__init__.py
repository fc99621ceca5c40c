"""The proof that this installation computes right, made on the machine of the user: IQ, OQ and PQ."""
