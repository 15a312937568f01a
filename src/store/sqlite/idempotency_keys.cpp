#include "store/sqlite/idempotency_keys.hpp"

#include "jobcast/limits.hpp"

namespace jobcast {

IdempotencyKeys::IdempotencyKeys(const Connection& connection)
    : select_(connection, "SELECT job FROM idempotency_keys WHERE key = ?1 AND made_at > ?2 ORDER BY job"),
      insert_(connection, "INSERT INTO idempotency_keys (key, job, made_at) VALUES (?1, ?2, ?3)") {}

std::vector<Seq> IdempotencyKeys::find(const std::string& key, Timestamp now) {
  std::vector<Seq> jobs;
  auto rows = select_.query(key, now - limits::idempotency_key_kept);
  while (rows.next()) jobs.push_back(rows.number());
  return jobs;
}

void IdempotencyKeys::add(const std::string& key, const Job& job, Timestamp now) {
  insert_.run(key, job.created_seq, now);
}

}  // namespace jobcast
