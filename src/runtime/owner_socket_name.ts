/** Name of the socket in the data folder, for its owner. It stands alone, so that tools load nothing else. */
export const OWNER_SOCKET = "haremq.sock";
