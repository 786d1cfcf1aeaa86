/** What the gateway holds for one number: whatsmeow's client, played. */
export interface GatewayNumber {
  readonly isConnected: boolean;
  readonly isLoggedIn: boolean;
  readonly jid: string;
  /** As the gateway keeps it: a `data:` address, or nothing. */
  readonly qrCode: string;
  /** Is there a client at all? */
  readonly isOpen: boolean;
  /** `POST /session/connect`: with credentials it logs in, without it shows codes. */
  connect(): void;
  disconnect(): void;
  /** The phone scanned the code or typed the one for pairing. */
  pair(): void;
  /** Shows the next code. */
  nextQr(): void;
  /** Nobody scanned the last code: the client is gone. */
  qrTimeout(): void;
  /** The phone, or the gateway, ended the session: credentials and client are gone. */
  logOut(): void;
  /** The socket to WhatsApp broke, or came back. */
  setConnected(isConnected: boolean): void;
  /** The gateway was started again, and did not connect by itself. */
  forget(): void;
}

const png = (n: number): string => `data:image/png;base64,${Buffer.from(`qr ${n}`).toString('base64')}`;

/** A number that has no session yet. */
export function createGatewayNumber(jid: string): GatewayNumber {
  let hasCredentials = false;
  let isOpen = false;
  let isConnected = false;
  let isLoggedIn = false;
  let codes = 0;
  let qrCode = '';
  const drop = (): void => {
    isOpen = false;
    isConnected = false;
    isLoggedIn = false;
    qrCode = '';
  };
  const nextQr = (): void => {
    qrCode = png(++codes);
  };
  return {
    get isConnected() {
      return isConnected;
    },
    get isLoggedIn() {
      return isLoggedIn;
    },
    get jid() {
      return hasCredentials ? jid : '';
    },
    get qrCode() {
      return qrCode;
    },
    get isOpen() {
      return isOpen;
    },
    connect() {
      isOpen = true;
      isConnected = true;
      isLoggedIn = hasCredentials;
      if (!hasCredentials) nextQr();
    },
    disconnect: drop,
    pair() {
      hasCredentials = true;
      isLoggedIn = true;
      isConnected = true;
      isOpen = true;
      qrCode = '';
    },
    nextQr,
    qrTimeout: drop,
    logOut() {
      hasCredentials = false;
      drop();
    },
    setConnected(value) {
      isConnected = value;
      isLoggedIn = value && hasCredentials;
    },
    forget: drop,
  };
}
