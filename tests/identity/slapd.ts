import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { pathOf } from "../certificates/certificates.ts";
import { freePort } from "./free_port.ts";
import { CACHE } from "./cache.ts";

/** OpenLDAP's package, unpacked. */
const ROOT = `${CACHE}/slapd`;
const START_MAX_MS = 10_000;

const CONFIGURATION = (folder: string) => `
include ${ROOT}/etc/ldap/schema/core.schema
include ${ROOT}/etc/ldap/schema/cosine.schema
include ${ROOT}/etc/ldap/schema/inetorgperson.schema
TLSCertificateFile ${pathOf("server.pem")}
TLSCertificateKeyFile ${pathOf("server.key")}
modulepath ${ROOT}/usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=org"
rootdn "cn=admin,dc=example,dc=org"
rootpw admin
directory ${folder}/db
`;

/** A directory of OpenLDAP, with a certificate for localhost. */
export class Slapd {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly port: number;
  readonly tlsPort: number;

  private constructor(folder: string, child: ChildProcess, port: number, tlsPort: number) {
    this.#folder = folder;
    this.#process = child;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** Starts a directory with entries in LDIF. */
  static async start(entries: string): Promise<Slapd> {
    const folder = await mkdtemp(`${tmpdir()}/haremq-slapd-`);
    await mkdir(`${folder}/db`);
    await writeFile(`${folder}/slapd.conf`, CONFIGURATION(folder));
    await writeFile(`${folder}/entries.ldif`, entries);
    const libraries = ["x86_64", "aarch64"].map((machine) => `${ROOT}/usr/lib/${machine}-linux-gnu`).filter(existsSync);
    const options = { env: { LD_LIBRARY_PATH: libraries.join(":") }, stdio: "ignore" } as const;
    const slapd = `${ROOT}/usr/sbin/slapd`;
    const adding = ["-T", "add", "-f", `${folder}/slapd.conf`, "-l", `${folder}/entries.ldif`];
    execFileSync(slapd, adding, options);
    const [port, tlsPort] = [await freePort(), await freePort()];
    const addresses = `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${tlsPort}/`;
    const child = spawn(slapd, ["-f", `${folder}/slapd.conf`, "-h", addresses, "-d", "0"], options);
    const started = new Slapd(folder, child, port, tlsPort);
    await Promise.all([port, tlsPort].map(accepts));
    return started;
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await rm(this.#folder, { recursive: true });
  }
}

/** Waits until connections to a port are accepted. */
async function accepts(port: number): Promise<void> {
  for (const deadline = Date.now() + START_MAX_MS;;) {
    const isAccepted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => (socket.destroy(), resolve(true)));
      socket.on("error", () => resolve(false));
    });
    if (isAccepted) return;
    if (Date.now() > deadline) throw new Error("slapd accepts no connections");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
