#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jobcast {

/// What whoever makes a job must know of its kind.
struct KindInfo {
  bool external = false;     ///< run by somebody outside, through PATCH
  bool needs_file = false;   ///< can't be made without an upload
  unsigned concurrency = 0;  ///< how many run at once; 0: no limit of its own
};

/// The kinds of jobs that are configured. Callable from any thread.
class KindCatalog {
 public:
  virtual ~KindCatalog() = default;

  /// Nothing where no such kind is configured.
  [[nodiscard]] virtual std::optional<KindInfo> find(std::string_view kind) const = 0;

  /// The kind of a file that comes without one.
  [[nodiscard]] virtual std::string kind_for_file(std::string_view media_type) const = 0;
};

}  // namespace jobcast
