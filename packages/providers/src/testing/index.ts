export { createSessionNetwork } from './session-network.ts';
export type {
  NetworkMessage,
  NetworkSession,
  PingAnswer,
  SessionNetwork,
  SessionNetworkOptions,
} from './session-network.ts';
