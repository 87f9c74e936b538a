// What a provider remembers, in the form that oidc-provider asks for. The one that comes with it forgets when it is full.

// In seconds; longer than any test.
const FOR_EVER = 7 * 24 * 3600;

export class Memory {
  constructor(model, stored) {
    this.key = (id) => `${model}:${id}`;
    this.stored = stored;
  }

  async upsert(id, payload, seconds) {
    this.stored.set(this.key(id), { ...payload, ends: Date.now() + (seconds ?? FOR_EVER) * 1000 });
  }

  async find(id) {
    const found = this.stored.get(this.key(id));
    return found && found.ends > Date.now() ? found : undefined;
  }

  async findByUid(uid) {
    return [...this.stored.values()].find((payload) => payload.uid === uid);
  }

  async consume(id) {
    this.stored.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.stored.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, payload] of this.stored) if (payload.grantId === grantId) this.stored.delete(key);
  }
}
