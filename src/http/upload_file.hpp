#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "jobcast/error.hpp"
#include "jobcast/job_id.hpp"

#include "base/await.hpp"
#include "http/services.hpp"

namespace jobcast::http {

/// The file of a job that is about to be made: written by the file pool as it comes, safe on disk when finish()
/// returns, and removed again where keep() is never called. Lives on one io thread.
class UploadFile {
 public:
  UploadFile(Services& services, IoExecutor executor, const JobId& id);
  ~UploadFile();
  UploadFile(const UploadFile&) = delete;
  UploadFile& operator=(const UploadFile&) = delete;

  [[nodiscard]] const JobId& id() const { return id_; }

  /// Appends; may suspend until the disk has taken what came before.
  /// Errors: payload_too_large beyond limits.max_upload_bytes, storage_full, storage_unavailable.
  Task<result<void>> write(std::span<const char> bytes);

  /// Writes the rest, syncs the file and its directory, and detects the media type (from content; `filename` only
  /// refines). Errors as write().
  Task<result<std::string>> finish(std::string filename);

  /// A committed job owns the file now.
  void keep();

  /// Removes the file; when this returns it is gone.
  Task<void> discard();

 private:
  struct OnDisk;

  Task<result<void>> flush();

  Services& services_;
  IoExecutor executor_;
  JobId id_;
  std::shared_ptr<OnDisk> disk_;  ///< touched by one file pool thread at a time
  std::string pending_;
  std::uint64_t size_ = 0;
};

}  // namespace jobcast::http
