/** The parts of Node's interface for TLS that are used here, which Deno and Bun have too. */
declare const process: {
  getBuiltinModule(name: "node:stream"): {
    readonly Duplex: new (options: DuplexOptions) => NodeDuplex;
  };
  getBuiltinModule(name: "node:tls"): {
    createServer(options: SecureContextOptions & TlsServerOptions): NodeTlsServer;
    createSecureContext(options: SecureContextOptions): unknown;
  };
  getBuiltinModule(name: "node:crypto"): {
    /** Throws for a key of another kind of algorithm. */
    verify(digest: string | null, bytes: Uint8Array, key: unknown, signature: Uint8Array): boolean;
    createPrivateKey(options: { key: string; passphrase?: string }): PrivateKey;
    readonly X509Certificate: new (pem: string | Uint8Array) => X509Certificate;
  };
};

interface DuplexOptions {
  readonly readableHighWaterMark: number;
  /** Called when bytes may be pushed. */
  read(): void;
  write(bytes: Uint8Array, encoding: string, done: Done): void;
  final(done: Done): void;
  destroy(error: Error | null, done: Done): void;
}

type Done = (error?: Error | null) => void;

export interface NodeDuplex {
  /** Passes on bytes to be read, or `null` at their end. */
  push(bytes: Uint8Array | null): boolean;
  destroy(error?: Error): void;
  on(event: "error", handler: (error: Error) => void): void;
  /** Number of bytes that wait to be written. */
  readonly writableLength: number;
}

/** A certificate and a key, and the demands on clients. */
export interface SecureContextOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly ciphers?: string;
  readonly honorCipherOrder: boolean;
}

export interface TlsServerOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  readonly allowHalfOpen: boolean;
}

export interface PrivateKey {
  export(options: { type: "pkcs8"; format: "pem" }): string;
}

export interface X509Certificate {
  readonly raw: Uint8Array;
  readonly fingerprint256: string;
  readonly publicKey: unknown;
  checkPrivateKey(key: PrivateKey): boolean;
  checkIssued(issuer: X509Certificate): boolean;
  verify(issuersKey: unknown): boolean;
}

export interface NodeTlsServer {
  on(event: "secureConnection", handler: (socket: NodeTlsSocket) => void): void;
  on(event: "tlsClientError", handler: (error: NodeError, socket: NodeTlsSocket) => void): void;
  /** Makes the handshake on a stream. */
  emit(event: "connection", stream: NodeDuplex): boolean;
  emit(event: string, ...values: unknown[]): boolean;
}

export type NodeError = Error & { readonly code?: string };

export interface NodeTlsSocket {
  on(event: "data", handler: (chunk: Uint8Array<ArrayBuffer>) => void): void;
  on(event: "end" | "close", handler: () => void): void;
  on(event: "error", handler: (error: NodeError) => void): void;
  write(bytes: Uint8Array, done: Done): boolean;
  end(done: () => void): void;
  destroy(): void;
  /** True when the peer has a verified certificate; on Deno also when none was requested. */
  readonly authorized: boolean;
  readonly authorizationError?: string | NodeError | null;
  isSessionReused(): boolean;
  getProtocol(): string;
  getCipher(): { readonly standardName: string };
  /** Returns the peer's certificate; empty when it has shown none. */
  getPeerCertificate(isDetailed: true): Partial<ShownCertificate> | null;
}

export interface ShownCertificate {
  /** Certificate in DER. */
  readonly raw: Uint8Array;
  readonly fingerprint256: string;
  /** The issuer's certificate; itself when it is self-signed. */
  readonly issuerCertificate?: Partial<ShownCertificate>;
}

/** Loaded on first use, as most brokers serve no TLS, and this takes longer than the rest of the start. */
export const nodeStream = () => process.getBuiltinModule("node:stream");
export const nodeTls = () => process.getBuiltinModule("node:tls");
export const nodeCrypto = () => process.getBuiltinModule("node:crypto");
