#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobcast/media_range.hpp"

namespace jobcast {

/// The built-in kinds: what files are by default, and what somebody outside runs.
inline constexpr std::string_view document_kind = "document";
inline constexpr std::string_view external_kind = "external";

/// What whoever makes or schedules a job must know of its kind.
struct KindInfo {
  bool external = false;                 ///< run by somebody outside, through PATCH
  bool needs_file = false;               ///< can't be made without an upload
  std::vector<std::string> media_types;  ///< media ranges of the files that it takes; empty: any
  unsigned concurrency = 0;              ///< attempts at the same time; 0: no limit of its own

  [[nodiscard]] bool accepts_file(std::string_view media_type) const {
    return media_types.empty() || best_fit(media_type) != MediaFit::none;
  }

  /// Of all its media ranges; none where it names none.
  [[nodiscard]] MediaFit best_fit(std::string_view media_type) const {
    auto best = MediaFit::none;
    for (const auto& range : media_types) best = std::max(best, fit_of(range, media_type));
    return best;
  }
};

/// The kinds of jobs that are configured. Callable from any thread.
class KindCatalog {
 public:
  virtual ~KindCatalog() = default;

  /// Nothing where no such kind is configured.
  [[nodiscard]] virtual std::optional<KindInfo> find(std::string_view kind) const = 0;

  /// The kind of a file that comes without one: of the commands that take such files of themselves the one whose
  /// media types fit best, the first of equals; else `document`.
  [[nodiscard]] virtual std::string kind_for_file(std::string_view media_type) const = 0;
};

}  // namespace jobcast
