#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "jobcast/config.hpp"
#include "jobcast/job_handler.hpp"
#include "jobcast/kind_catalog.hpp"

namespace jobcast {

/// Which kinds of jobs there are and who runs them. Never changes once made: callable from any thread.
class HandlerCatalog final : public KindCatalog {
 public:
  struct Entry {
    std::string kind;
    std::unique_ptr<JobHandler> handler;  ///< none: external, run by somebody outside
    KindInfo info = {};                   ///< `external` is told by the handler, whatever it says here
    bool automatic = false;               ///< takes files of its media types that come without a kind
  };

  /// `file_kind` is the kind of files that come without one and that no automatic kind takes; it must be among the
  /// entries. Of automatic kinds that fit equally well the first wins.
  HandlerCatalog(std::vector<Entry> entries, std::string file_kind);

  // KindCatalog
  [[nodiscard]] std::optional<KindInfo> find(std::string_view kind) const override;
  [[nodiscard]] std::string kind_for_file(std::string_view media_type) const override;

  /// All of them, in the order of their names.
  [[nodiscard]] std::vector<std::string> kinds() const;

  [[nodiscard]] bool known(std::string_view kind) const;

  /// Whether jobs of this kind are run by somebody outside. False for unknown kinds.
  [[nodiscard]] bool is_external(std::string_view kind) const;

  /// Who runs jobs of this kind; null for external and for unknown kinds. Lives as long as the catalog.
  [[nodiscard]] JobHandler* handler(std::string_view kind) const;

  /// The kind of files that come without one and that no automatic kind takes.
  [[nodiscard]] const std::string& file_kind() const { return file_kind_; }

 private:
  struct Known {
    std::unique_ptr<JobHandler> handler;
    KindInfo info;
  };

  std::map<std::string, Known, std::less<>> kinds_;
  std::vector<std::string> automatic_;  ///< kinds, in the order of the entries
  std::string file_kind_;
};

/// The built-in kinds, `document` (that of files) and `external`, and the configured ones.
HandlerCatalog make_handler_catalog(const std::vector<HandlerConfig>& configured = {});

}  // namespace jobcast
