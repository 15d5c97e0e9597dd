/**
 * Packets of several queues, interfaces or files stand in another order than they were sent in: bytes that were acknowledged
 * may come so long after what shows that they are missing, and copies of a packet after it.
 */
export const PATIENCE_NS = 20e6;

/**
 * A segment behind which others have come, and so soon before it, was overtaken on its way; later, it was sent again. Wireshark
 * draws the line there where it has not seen the handshake, else at its round trip.
 */
export const OVERTAKEN_NS = 3e6;
