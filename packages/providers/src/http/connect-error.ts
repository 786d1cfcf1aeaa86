const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ENETUNREACH: 'network_unreachable',
  EHOSTUNREACH: 'network_unreachable',
  ETIMEDOUT: 'connect_timeout',
};

/** Why no connection could be made, in one word; only for errors that came before the first byte. */
export function codeOfConnectError(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = codes[code];
  if (known !== undefined) return known;
  // Node names every trouble with a certificate or a handshake in one of these ways.
  return /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(code)
    ? 'tls_failed'
    : 'connection_failed';
}
