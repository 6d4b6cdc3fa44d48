import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** Scopes of the people whom the provider knows. */
const PEOPLE: Readonly<Record<string, string>> = {
  ada: "rabbitmq.tag:administrator rabbitmq.*:*/*",
  mary: "rabbitmq.tag:management rabbitmq.read:*/*",
  nobody: "rabbitmq.read:*/*",
};

/** A login that was allowed, whose code was not used yet. */
interface Grant {
  readonly person: string;
  readonly redirectUri: string;
  readonly challenge: string;
}

type Form = Readonly<Record<string, string>>;

/** A small OpenID provider that checks what a client must do, as far as logins to the page need one. */
export class OpenIdProvider {
  readonly clientId = "page";
  /** Time that an access token is valid. In seconds. */
  lifetimeSeconds = 600;
  /** True when it answers each request with status 503. */
  isDown = false;
  /** Address to which the provider's portal brings mary with a token. */
  portalTarget = "";
  /** Requests for tokens, in their order. */
  readonly tokenRequests: { readonly form: Form; readonly origin: string | undefined }[] = [];
  /** Queries of ended logins, in their order. */
  readonly logouts: Form[] = [];
  readonly #secret: string | undefined;
  readonly #key: CryptoKey;
  readonly #jwk: JWK;
  readonly #grants = new Map<string, Grant>();
  /** People by their refresh tokens, each of which is good once. */
  readonly #refreshTokens = new Map<string, string>();
  readonly #server: Server;

  private constructor(key: CryptoKey, jwk: JWK, secret: string | undefined) {
    this.#key = key;
    this.#jwk = jwk;
    this.#secret = secret;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @param secret of the client, without which it gets no tokens. */
  static async start(secret?: string): Promise<OpenIdProvider> {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = { ...await exportJWK(publicKey), kid: "one", alg: "ES256" };
    const provider = new OpenIdProvider(privateKey, jwk, secret);
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lines of a broker's configuration by which it accepts the provider's tokens. */
  get backend() {
    return { resource_server_id: "rabbitmq", issuer: this.issuer };
  }

  async accessToken(person: string): Promise<string> {
    return await this.#sign({ aud: "rabbitmq", scope: PEOPLE[person] }, person);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.issuer);
    const form = Object.fromEntries(new URLSearchParams(await readText(request)));
    if (this.isDown) return send(response, 503, "");
    const query = Object.fromEntries(url.searchParams);
    switch (`${request.method} ${url.pathname}`) {
      case "GET /.well-known/openid-configuration":
        return sendJson(response, 200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize?tenant=shop`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          end_session_endpoint: `${this.issuer}/end`,
        });
      case "GET /":
        return await this.#showPortal(response);
      case "GET /keys":
        return sendJson(response, 200, { keys: [this.#jwk] });
      case "GET /authorize":
        return this.#ask(query, response);
      case "POST /authorize":
        return this.#decide(form, response);
      case "POST /token":
        this.tokenRequests.push({ form, origin: request.headers.origin });
        return await this.#giveTokens(form, response);
      case "GET /end":
        this.logouts.push(query);
        return redirect(response, query.post_logout_redirect_uri);
      default:
        return send(response, 404, "");
    }
  }

  async #showPortal(response: ServerResponse): Promise<void> {
    const token = `<input type="hidden" name="access_token" value="${await this.accessToken("mary")}">`;
    const body = `<form method="post" action="${this.portalTarget}">${token}<button>Broker</button></form>`;
    sendPage(response, "Portal", body);
  }

  /** Shows a page on which somebody allows or refuses the login. */
  #ask(query: Form, response: ServerResponse): void {
    const isRight = query.response_type === "code" && query.client_id === this.clientId && query.tenant === "shop" &&
      query.code_challenge_method === "S256" && query.code_challenge.length === 43 && query.state !== "";
    if (!isRight) return send(response, 400, "This is no request for a login.");
    const hidden = ["state", "redirect_uri", "code_challenge"].map((name) =>
      `<input type="hidden" name="${name}" value="${query[name]}">`
    );
    const buttons = [...Object.keys(PEOPLE), "refuse"].map((name) =>
      `<button name="person" value="${name}">${name}</button>`
    );
    const body = `<form method="post" action="/authorize">${hidden.join("")}${buttons.join("")}</form>`;
    sendPage(response, "Provider", body);
  }

  #decide({ person, state, redirect_uri, code_challenge }: Form, response: ServerResponse): void {
    const back = new URL(redirect_uri);
    back.searchParams.set("state", state);
    back.searchParams.set("iss", this.issuer);
    if (person === "refuse") {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "Somebody said no");
    } else {
      const code = randomUUID();
      this.#grants.set(code, { person, redirectUri: redirect_uri, challenge: code_challenge });
      back.searchParams.set("code", code);
    }
    redirect(response, back.href);
  }

  async #giveTokens(form: Form, response: ServerResponse): Promise<void> {
    if (form.client_id !== this.clientId || form.client_secret !== this.#secret) {
      return sendJson(response, 401, { error: "invalid_client", error_description: "Client or secret is wrong" });
    }
    const person = form.grant_type === "refresh_token" ? this.#personOfToken(form) : this.#personOfCode(form);
    if (person === undefined) return sendJson(response, 400, { error: "invalid_grant" });
    const refresh_token = randomUUID();
    this.#refreshTokens.set(refresh_token, person);
    sendJson(response, 200, {
      access_token: await this.accessToken(person),
      id_token: await this.#sign({ aud: this.clientId }, person),
      refresh_token,
      token_type: "Bearer",
      expires_in: this.lifetimeSeconds,
    });
  }

  #personOfToken({ refresh_token }: Form): string | undefined {
    const person = this.#refreshTokens.get(refresh_token);
    this.#refreshTokens.delete(refresh_token);
    return person;
  }

  #personOfCode({ code, redirect_uri, code_verifier = "" }: Form): string | undefined {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const challenge = createHash("sha256").update(code_verifier).digest("base64url");
    return grant?.challenge === challenge && grant.redirectUri === redirect_uri ? grant.person : undefined;
  }

  #sign(claims: Readonly<Record<string, string>>, person: string): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "one" }).setIssuer(this.issuer).setSubject(
      person,
    )
      .setIssuedAt().setJti(randomUUID()).setExpirationTime(Math.ceil(Date.now() / 1000) + this.lifetimeSeconds)
      .sign(this.#key);
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers);
  response.end(body);
}

const sendPage = (response: ServerResponse, title: string, body: string): void =>
  send(response, 200, `<!DOCTYPE html><title>${title}</title>${body}`, { "content-type": "text/html" });

const sendJson = (response: ServerResponse, status: number, json: object): void =>
  send(response, status, JSON.stringify(json), { "content-type": "application/json" });

const redirect = (response: ServerResponse, location: string): void => send(response, 302, "", { location });
