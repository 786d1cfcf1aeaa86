/** The channel that tells workers at once which connection has a direct message; its payload is the connection's id. */
export const directChannel = 'zaphub_direct';
