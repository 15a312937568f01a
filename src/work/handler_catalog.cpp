#include "work/handler_catalog.hpp"

#include <utility>

#include "work/handlers/command.hpp"
#include "work/handlers/document.hpp"
#include "work/handlers/placeholders.hpp"

namespace jobcast {

HandlerCatalog::HandlerCatalog(std::vector<Entry> entries, std::string file_kind) : file_kind_(std::move(file_kind)) {
  for (auto& entry : entries) {
    if (entry.automatic) automatic_.push_back(entry.kind);
    entry.info.external = entry.handler == nullptr;
    kinds_.insert_or_assign(std::move(entry.kind), Known{std::move(entry.handler), std::move(entry.info)});
  }
}

std::optional<KindInfo> HandlerCatalog::find(std::string_view kind) const {
  const auto entry = kinds_.find(kind);
  if (entry == kinds_.end()) return {};
  return entry->second.info;
}

std::string HandlerCatalog::kind_for_file(std::string_view media_type) const {
  const std::string* kind = &file_kind_;
  auto best = MediaFit::none;
  for (const auto& name : automatic_) {
    const auto fit = kinds_.find(name)->second.info.best_fit(media_type);
    if (fit > best) {
      best = fit;
      kind = &name;
    }
  }
  return *kind;
}

std::vector<std::string> HandlerCatalog::kinds() const {
  std::vector<std::string> kinds;
  for (const auto& [kind, known] : kinds_) kinds.push_back(kind);
  return kinds;
}

bool HandlerCatalog::known(std::string_view kind) const {
  return kinds_.find(kind) != kinds_.end();
}

bool HandlerCatalog::is_external(std::string_view kind) const {
  const auto entry = kinds_.find(kind);
  return entry != kinds_.end() && entry->second.info.external;
}

JobHandler* HandlerCatalog::handler(std::string_view kind) const {
  const auto entry = kinds_.find(kind);
  return entry == kinds_.end() ? nullptr : entry->second.handler.get();
}

HandlerCatalog make_handler_catalog(const std::vector<HandlerConfig>& configured) {
  DocumentOptions document;
  KindInfo document_info;
  document_info.needs_file = true;
  std::vector<HandlerCatalog::Entry> entries;
  for (const auto& handler : configured) {
    if (handler.name == document_kind) {
      document.pdf_time = handler.timeout;
      document_info.concurrency = handler.concurrency;
      continue;
    }
    HandlerCatalog::Entry entry{handler.name, handler.external ? nullptr : make_command_handler(handler), {}, false};
    entry.info.needs_file = names(handler.command, Placeholder::input);
    entry.info.media_types = handler.media_types;
    entry.info.concurrency = handler.concurrency;
    entry.automatic = handler.automatic;
    entries.push_back(std::move(entry));
  }
  entries.push_back(
      {std::string(document_kind), make_document_handler(std::move(document)), std::move(document_info), false});
  entries.push_back({std::string(external_kind), nullptr, {}, false});
  return {std::move(entries), std::string(document_kind)};
}

}  // namespace jobcast
