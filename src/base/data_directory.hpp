#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "jobcast/error.hpp"
#include "jobcast/job_id.hpp"

namespace jobcast {

/// The one directory that holds everything jobcastd keeps, locked for this process while the object lives:
///
///     lock             a file of its own, so that the lock survives a copy of the database
///     jobcast.db       SQLite, with its -wal and -shm beside it
///     admin-token      made where the server is reachable from elsewhere and no auth.admin_token is set; mode 0600
///     uploads/ID       the file of job ID
///     logs/ID          what the handler of job ID wrote
///     results/ID/N     the file that attempt N of job ID made
///     scratch/         working directories of running attempts; emptied at start
class DataDirectory {
 public:
  /// Creates what is missing (mode 0700), takes the lock, empties scratch/.
  /// Errors: storage_unavailable, with the sentence to print: in use by another process, no rights, no directory.
  static result<DataDirectory> open(const std::filesystem::path& root);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::filesystem::path database() const { return root_ / "jobcast.db"; }
  [[nodiscard]] std::filesystem::path admin_token() const { return root_ / "admin-token"; }
  [[nodiscard]] std::filesystem::path uploads() const { return root_ / "uploads"; }
  [[nodiscard]] std::filesystem::path logs() const { return root_ / "logs"; }
  [[nodiscard]] std::filesystem::path results() const { return root_ / "results"; }
  [[nodiscard]] std::filesystem::path scratch() const { return root_ / "scratch"; }
  [[nodiscard]] std::filesystem::path upload(const JobId& id) const { return uploads() / id.to_string(); }
  [[nodiscard]] std::filesystem::path log(const JobId& id) const { return logs() / id.to_string(); }
  [[nodiscard]] std::filesystem::path results_of(const JobId& id) const { return results() / id.to_string(); }
  [[nodiscard]] std::filesystem::path result_file(const JobId& id, std::int64_t attempt) const {
    return results_of(id) / std::to_string(attempt);
  }

  /// Removes what earlier attempts made. Missing files are no error.
  void remove_results_before(const JobId& id, std::int64_t attempt) const noexcept;

  /// Removes the upload, the log and the results of a job that is gone. Missing files are no error.
  void remove_files_of(const JobId& id) const noexcept;

 private:
  DataDirectory(std::filesystem::path root, int lock) : root_(std::move(root)), lock_(lock) {}

  std::filesystem::path root_;
  int lock_ = -1;  ///< descriptor that holds the flock; -1 after a move
};

}  // namespace jobcast
