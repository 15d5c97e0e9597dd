import { http } from './http/module.ts';
import type { ProtocolModule } from './protocol.ts';
import { unknown } from './unknown/module.ts';
import { websocket } from './websocket/module.ts';

/** Every protocol, in the order in which they look at the first bytes of a connection. */
export const PROTOCOLS: readonly ProtocolModule[] = [http, websocket, unknown];
