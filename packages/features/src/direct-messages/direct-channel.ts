/** The channel that tells workers at once that a connection has a direct message: the tenant's id and the connection's. */
export const directChannel = 'zaphub_direct';
