#include <future>
#include <random>

#include "contract/store_contract.hpp"

// Random sequences of operations, checked against a model that says in a few lines what the contract says of a job.
namespace jobcast {
namespace {

using namespace std::chrono_literals;

constexpr int sequences = 2000;
constexpr int operations_each = 40;
constexpr auto lease_time = 10s;

/// What is expected of a command: the job as it is then, or a refusal.
struct ModelJob {
  bool exists = true;
  bool external = false;
  JobStatus status = JobStatus::pending;
  std::int64_t attempt = 0;
  int retry_count = 0;
  int max_retries = 0;
  int progress = -1;  ///< -1: none
  bool leased = false;
  std::int64_t claims = 0;  ///< the present lease is that of the last claim
  std::chrono::seconds lease_left{};
  int finals = 0;  ///< how often it came to a final state

  void to(JobStatus next) {
    if (is_final(next)) finals += 1;
    if (next == JobStatus::processing) attempt += 1;
    if (next != JobStatus::processing) leased = false;
    if (next == JobStatus::pending || next == JobStatus::processing) progress = -1;
    if (next == JobStatus::completed) progress = 100;
    status = next;
  }

  void fail(bool retryable) {
    const bool again = retryable && retry_count < max_retries;
    if (again) retry_count += 1;
    to(again ? JobStatus::pending : JobStatus::failed);
  }

  bool runs(std::int64_t number) const { return status == JobStatus::processing && attempt == number; }
  bool is_over() const { return is_final(status); }
};

struct Operation {
  Command command;
  std::string name;
  bool accepted = false;
  ModelJob after;
};

/// Draws operations on one job, sensible and senseless ones, and tells what they do.
class Model {
 public:
  Model(std::mt19937& random, JobId id, ModelJob job) : random_(random), id_(id), job_(job) {}

  Operation next() {
    switch (draw(12)) {
      case 0:
        return of(StartJob{id_}, "start", !job_.external && job_.status == JobStatus::pending,
                  [this] { job_.to(JobStatus::processing); });
      case 1:
        return claim();
      case 2:
        return progress();
      case 3:
        return complete();
      case 4:
        return fail();
      case 5:
        return interrupt();
      case 6:
        return of(CancelJob{id_}, "cancel", !job_.is_over(), [this] { job_.to(JobStatus::cancelled); });
      case 7:
        return of(RetryJob{id_}, "retry", job_.status == JobStatus::failed || job_.status == JobStatus::cancelled,
                  [this] {
                    job_.to(JobStatus::pending);
                    job_.retry_count = 0;
                  });
      case 8:
        return draw(4) > 0 ? patch_progress()
                           : of(DeleteJob{id_}, "delete", job_.status != JobStatus::processing,
                                [this] { job_.exists = false; });
      case 9:
        return patch_progress();
      default:
        return patch_status();
    }
  }

  /// Time passes; a lease may run out.
  void pass(std::chrono::seconds time) {
    if (!job_.exists || !job_.leased) return;
    job_.lease_left -= time;
    if (job_.lease_left <= 0s) job_.fail(true);
  }

  [[nodiscard]] const ModelJob& job() const { return job_; }
  [[nodiscard]] const JobId& id() const { return id_; }

 private:
  int draw(int sides) { return std::uniform_int_distribution(0, sides - 1)(random_); }

  /// The running attempt mostly, sometimes one that is over or never was.
  std::int64_t some_attempt() { return job_.attempt + (draw(4) == 0 ? draw(3) - 1 : 0); }

  template <class Effect>
  Operation of(Command command, std::string name, bool accepted, Effect effect) {
    accepted = accepted && job_.exists;
    if (accepted) effect();
    return {std::move(command), std::move(name), accepted, job_};
  }

  std::string lease(std::int64_t number) const { return id_.to_string() + '-' + std::to_string(number); }

  Operation claim() {
    const ClaimJob command{id_, "w", lease(job_.claims + 1), lease_time};
    return of(command, "claim", job_.external && job_.status == JobStatus::pending, [this] {
      job_.to(JobStatus::processing);
      job_.leased = true;
      job_.claims += 1;
      job_.lease_left = lease_time;
    });
  }

  Operation progress() {
    const int percent = draw(101);
    const auto number = some_attempt();
    ReportProgress command{id_, number, {}, {}};
    command.progress.percent = percent;
    return of(command, "progress", job_.runs(number), [this, percent] { job_.progress = percent; });
  }

  Operation complete() {
    const auto number = some_attempt();
    return of(CompleteJob{id_, number, "{}", "done"}, "complete", job_.runs(number),
              [this] { job_.to(JobStatus::completed); });
  }

  Operation fail() {
    const auto number = some_attempt();
    const bool retryable = draw(4) > 0;
    return of(FailJob{id_, number, "no luck", retryable}, "fail", job_.runs(number),
              [this, retryable] { job_.fail(retryable); });
  }

  Operation interrupt() {
    const auto number = some_attempt();
    return of(InterruptJob{id_, number}, "interrupt", job_.runs(number), [this] { job_.to(JobStatus::pending); });
  }

  /// With the lease mostly, sometimes with an old one or none.
  PatchJob patched(bool& fenced) {
    PatchJob command;
    command.id = id_;
    std::int64_t number = job_.leased ? job_.claims : 0;
    if (draw(5) == 0) number = draw(2) == 0 ? 0 : job_.claims + draw(3) - 1;
    if (number > 0) command.lease = lease(number);
    fenced = job_.leased ? number == job_.claims && number > 0 : number <= 0;
    return command;
  }

  void renew() {
    if (job_.leased) job_.lease_left = lease_time;
  }

  Operation patch_progress() {
    bool fenced = false;
    auto command = patched(fenced);
    command.percent = draw(101);
    const int percent = *command.percent;
    return of(command, "patch progress", job_.external && fenced && job_.status == JobStatus::processing,
              [this, percent] {
                job_.progress = percent;
                renew();
              });
  }

  Operation patch_status() {
    bool fenced = false;
    auto command = patched(fenced);
    const auto wanted = static_cast<JobStatus>(draw(5));
    command.status = wanted;
    const bool from_pending = wanted == JobStatus::processing || wanted == JobStatus::cancelled;
    const bool allowed = job_.status == JobStatus::processing ? wanted != JobStatus::pending
                                                              : job_.status == JobStatus::pending && from_pending;
    return of(command, "patch " + std::string(to_string(wanted)), job_.external && fenced && allowed, [this, wanted] {
      if (wanted == JobStatus::failed) return job_.fail(true);
      if (wanted != job_.status) return job_.to(wanted);
      renew();
    });
  }

  std::mt19937& random_;
  JobId id_;
  ModelJob job_;
};

class Checker {
 public:
  explicit Checker(OpenedStore& opened) : opened_(opened) {}

  /// Lets the store carry them out in one go, and compares every answer with the model's.
  void run(const std::vector<Operation>& operations) {
    std::vector<std::promise<result<CommandOutcome>>> answers(operations.size());
    for (std::size_t i = 0; i < operations.size(); ++i) {
      opened_.jobs->submit(operations[i].command, [&answer = answers[i]](result<CommandOutcome> outcome) {
        answer.set_value(std::move(outcome));
      });
    }
    std::string history;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const auto outcome = answers[i].get_future().get();
      history += operations[i].name + ", ";
      ASSERT_EQ(outcome.has_value(), operations[i].accepted)
          << history << (outcome ? "accepted" : outcome.error().message);
      if (outcome && operations[i].after.exists) compare(outcome->jobs.at(0), operations[i].after, history);
    }
  }

  static void compare(const Job& job, const ModelJob& model, const std::string& history) {
    ASSERT_EQ(job.status, model.status) << history;
    ASSERT_EQ(job.attempt, model.attempt) << history;
    ASSERT_EQ(job.retry_count, model.retry_count) << history;
    ASSERT_EQ(job.progress.value_or(-1), model.progress) << history;
    ASSERT_EQ(job.processed_at.has_value(), is_final(model.status)) << history;
  }

 private:
  OpenedStore& opened_;
};

TEST_P(StoreContract, random_sequences_do_what_the_contract_says) {
  auto& store = reopen();
  Checker checker(opened_);
  std::mt19937 random(20'261'124);
  for (int sequence = 0; sequence < sequences && !HasFatalFailure(); ++sequence) {
    ModelJob first;
    first.external = sequence % 2 == 0;
    first.max_retries = sequence % 3;
    auto job = first.external ? wanted_external() : wanted();
    job.max_retries = first.max_retries;
    opened_.jobs->submit(CreateJobs{{job}}, [](const auto&) {});
    Model model(random, job.id, first);
    std::vector<Operation> batch;
    for (int i = 0; i < operations_each; ++i) batch.push_back(model.next());
    checker.run(batch);
    if (HasFatalFailure()) return;

    // Every third time: a lease may run out, and some more happens.
    if (sequence % 3 != 0 || !model.job().exists) continue;
    clock_.advance(lease_time);
    model.pass(lease_time);
    batch.clear();
    batch.push_back(model.next());
    checker.run(batch);
    if (HasFatalFailure()) return;
    if (!model.job().exists) continue;

    std::int64_t finals = 0;
    Seq last = 0;
    for (const auto& entry : store.history(model.id()).value()) {
      finals += is_final(entry.status) ? 1 : 0;
      EXPECT_GT(entry.seq, last);
      last = entry.seq;
    }
    EXPECT_EQ(finals, model.job().finals) << "each end is told once";
  }
}

}  // namespace
}  // namespace jobcast
