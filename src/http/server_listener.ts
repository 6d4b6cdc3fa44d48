/** A listener of the server that a broker runs in. */
export interface ServerListener {
  readonly protocol: "amqp" | "amqp/ssl" | "http" | "https" | "http/prometheus" | "https/prometheus";
  /** An IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The files with its certificates. Absent for a listener without TLS. */
  readonly tls?: ListenerCertificates;
}

/** The files that a TLS listener has its certificates from, with their current contents. */
export interface ListenerCertificates {
  readonly certfile: CertificateFile;
  readonly cacertfile?: CertificateFile;
}

export interface CertificateFile {
  readonly path: string;
  /** Contents in PEM. */
  readonly text: string;
}
