import { Curve, type KeyPair, proto, WA_CERT_DETAILS } from 'baileys';

/** The key a server proves itself with, and the chain that vouches for it. */
export interface ServerIdentity {
  readonly key: KeyPair;
  readonly certificate: Uint8Array;
  /** Makes clients of this process trust WhatsApp alone again. */
  readonly distrust: () => void;
}

/**
 * A chain of certificates under a root of its own, which from now on is the one that Baileys trusts in this process.
 * Two servers in one process must share it.
 */
export function createServerIdentity(): ServerIdentity {
  const root = Curve.generateKeyPair();
  const intermediate = Curve.generateKeyPair();
  const key = Curve.generateKeyPair();
  const certificate = proto.CertChain.encode({
    intermediate: signed(root, { serial: 1, issuerSerial: WA_CERT_DETAILS.SERIAL, key: intermediate.public }),
    leaf: signed(intermediate, { serial: 2, issuerSerial: 1, key: key.public }),
  }).finish();
  const whatsApp = WA_CERT_DETAILS.PUBLIC_KEY;
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root.public);
  return { key, certificate, distrust: () => void (WA_CERT_DETAILS.PUBLIC_KEY = whatsApp) };
}

function signed(
  by: KeyPair,
  details: proto.CertChain.NoiseCertificate.IDetails,
): proto.CertChain.INoiseCertificate {
  const bytes = proto.CertChain.NoiseCertificate.Details.encode(details).finish();
  return { details: bytes, signature: Curve.sign(by.private, bytes) };
}
