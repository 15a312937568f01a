#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/clock.hpp"
#include "jobcast/job.hpp"
#include "jobcast/job_id.hpp"

#include "store/sqlite/connection.hpp"

struct sqlite3_stmt;

namespace jobcast {

/// Tells SQLite that a value is there at all; std::optional's nothing.
struct Null {};

/// The rows of one run of a statement, read column by column from the left. Ends the run when destroyed, so
/// keep it short: it holds a read transaction. Every function throws SqliteError.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  /// Goes to the next row, and there to the first column. False where there is none.
  bool next();

  // Each gives the present column and goes on to the next one.
  std::int64_t number();
  int small_number() { return static_cast<int>(number()); }
  bool flag() { return number() != 0; }
  std::string_view text();  ///< valid until next()
  Timestamp time();
  JobId id();

  std::optional<std::int64_t> optional_number();
  std::optional<int> optional_small_number();
  std::optional<std::string> optional_text();
  std::optional<Timestamp> optional_time();

 private:
  [[nodiscard]] bool is_null() const;

  sqlite3_stmt* statement_;
  int column_ = 0;
};

/// A prepared statement; must not outlive its connection. Every function throws SqliteError.
class Statement {
 public:
  Statement(const Connection& connection, std::string_view sql);

  /// Runs it to its end with these values for ?1, ?2, ...
  template <class... Values>
  void run(const Values&... values) {
    const Rows rows(get());
    bind_all(Lifetime::until_run_ends, values...);
    step_to_end();
  }

  /// Begins a run with these values; one at a time.
  template <class... Values>
  Rows query(const Values&... values) {
    bind_all(Lifetime::unknown, values...);
    return Rows(get());
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  /// Whether SQLite must copy a text that is bound.
  enum class Lifetime : std::uint8_t { until_run_ends, unknown };

  template <class... Values>
  void bind_all([[maybe_unused]] Lifetime lifetime, const Values&... values) {
    int index = 0;
    (bind(++index, values, lifetime), ...);
  }

  void bind(int index, std::int64_t value, Lifetime lifetime);
  void bind(int index, std::string_view text, Lifetime lifetime);
  void bind(int index, Null null, Lifetime lifetime);
  void bind(int index, const JobId& id, Lifetime lifetime);
  void bind(int index, int value, Lifetime lifetime) { bind(index, std::int64_t{value}, lifetime); }
  void bind(int index, bool value, Lifetime lifetime) { bind(index, std::int64_t{value}, lifetime); }
  void bind(int index, const std::string& text, Lifetime lifetime) { bind(index, std::string_view(text), lifetime); }
  void bind(int index, Timestamp time, Lifetime lifetime) {
    bind(index, std::int64_t{time.time_since_epoch().count()}, lifetime);
  }
  void bind(int index, JobStatus status, Lifetime lifetime) {
    bind(index, static_cast<std::int64_t>(status), lifetime);
  }
  template <class Value>
  void bind(int index, const std::optional<Value>& value, Lifetime lifetime) {
    if (value) {
      bind(index, *value, lifetime);
    } else {
      bind(index, Null{}, lifetime);
    }
  }

  void check(int code) const;
  void step_to_end();
  [[nodiscard]] sqlite3_stmt* get() const { return statement_.get(); }

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace jobcast
