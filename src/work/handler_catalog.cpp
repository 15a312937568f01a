#include "work/handler_catalog.hpp"

#include <utility>

#include "work/handlers/document.hpp"

namespace jobcast {

HandlerCatalog::HandlerCatalog(std::vector<Entry> entries, std::string file_kind) : file_kind_(std::move(file_kind)) {
  for (auto& entry : entries) handlers_.insert_or_assign(std::move(entry.kind), std::move(entry.handler));
}

std::optional<KindInfo> HandlerCatalog::find(std::string_view kind) const {
  const auto entry = handlers_.find(kind);
  if (entry == handlers_.end()) return {};
  const bool external = entry->second == nullptr;
  return KindInfo{external, !external};
}

std::string HandlerCatalog::kind_for_file(std::string_view /*media_type*/) const {
  return file_kind_;
}

bool HandlerCatalog::known(std::string_view kind) const {
  return handlers_.find(kind) != handlers_.end();
}

bool HandlerCatalog::is_external(std::string_view kind) const {
  const auto entry = handlers_.find(kind);
  return entry != handlers_.end() && entry->second == nullptr;
}

JobHandler* HandlerCatalog::handler(std::string_view kind) const {
  const auto entry = handlers_.find(kind);
  return entry == handlers_.end() ? nullptr : entry->second.get();
}

HandlerCatalog make_handler_catalog() {
  std::vector<HandlerCatalog::Entry> entries;
  entries.push_back({"document", make_document_handler()});
  entries.push_back({"external", nullptr});
  return {std::move(entries), "document"};
}

}  // namespace jobcast
