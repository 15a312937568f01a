#include "push/watcher_index.hpp"

#include "push/chosen_stream.hpp"

namespace jobcast::push {

std::vector<WatcherIndex::Entry>& WatcherIndex::entries(List& list, const ChosenStream& stream) {
  return stream.chosen().watches().size() > 1 ? list.mixed : list.single;
}

void WatcherIndex::add(ChosenStream& stream, const std::vector<JobRef>& refs) {
  auto& places = stream.places();
  places.reserve(refs.size());
  for (const auto& ref : refs) {
    const auto* id = std::get_if<JobId>(&ref);
    auto& list = id != nullptr ? by_id_[*id] : by_name_[std::get<std::string>(ref)];
    if (list.single.empty() && list.mixed.empty()) list.key = ref;
    auto& all = entries(list, stream);
    places.push_back({&list, static_cast<std::uint32_t>(all.size())});
    all.push_back({&stream, static_cast<std::uint32_t>(places.size() - 1)});
  }
}

void WatcherIndex::remove(ChosenStream& stream) {
  const auto move = [](std::vector<Entry>& all, std::size_t from, std::size_t to) {
    all[to] = all[from];
    all[to].stream->places()[all[to].place].position = static_cast<std::uint32_t>(to);
  };
  for (const auto& place : stream.places()) {
    auto& all = entries(*place.list, stream);
    std::size_t hole = place.position;
    // Who has had a turn in the list's round stays in front of who has not.
    if (&all == &place.list->single && hole < place.list->round.next) {
      const auto last_served = --place.list->round.next;
      move(all, last_served, hole);
      hole = last_served;
    }
    move(all, all.size() - 1, hole);
    all.pop_back();
    release(*place.list);
  }
  stream.places().clear();
}

void WatcherIndex::release(List& list) {
  if (!list.single.empty() || !list.mixed.empty() || !list.round.unsent.empty()) return;
  const auto key = std::move(list.key);
  if (const auto* id = std::get_if<JobId>(&key)) {
    by_id_.erase(*id);
  } else {
    by_name_.erase(std::get<std::string>(key));
  }
}

WatcherIndex::List* WatcherIndex::watching(const JobId& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

WatcherIndex::List* WatcherIndex::watching(std::string_view filename) {
  const auto found = by_name_.find(filename);
  return found == by_name_.end() ? nullptr : &found->second;
}

}  // namespace jobcast::push
