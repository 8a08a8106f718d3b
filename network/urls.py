from django.urls import path

from network import hard_views, own_views, paper_views, plan_views, shared_views, views

urlpatterns = [
    path("", views.my_network, name="my_network"),
    path("marks/", views.marks, name="kept_marks"),
    path("keep/", views.keep, name="keep"),
    path("unkeep/", views.unkeep, name="unkeep"),
    path("undo/", views.undo, name="undo"),
    path("move/", views.move, name="move"),
    path("clear/", views.clear_device, name="clear_device"),
    path("note/<slug:slug>/", own_views.note, name="note"),
    path("people/", own_views.people, name="people"),
    path("people/new/", own_views.person, name="new_person"),
    path("people/<uuid:pk>/", own_views.person, name="person"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/<slug:key>/", own_views.step, name="step"),
    path("goals/new/", own_views.goal, name="new_goal"),
    path("goals/<uuid:pk>/", own_views.goal, name="goal"),
    path("week/", plan_views.my_week, name="week"),
    path("week/dates.ics", plan_views.dates, name="dates"),
    path("week/new/", own_views.appointment, name="new_appointment"),
    path("week/zone/", own_views.zone, name="zone"),
    path("week/<uuid:pk>/", own_views.appointment, name="appointment"),
    path("off/<uuid:pk>/", own_views.take_off, name="take_off"),
    path("paper/plan/", paper_views.paper_plan, name="paper_plan"),
    path("paper/card/", paper_views.card, name="paper_card"),
    path("paper/list/", paper_views.paper_list, name="paper_list"),
    path("share/", shared_views.share, name="share"),
    path("share/keep/", shared_views.keep_shared, name="keep_shared"),
    path("near/", hard_views.near, name="near"),
    path("small-steps/", hard_views.small_steps, name="small_steps"),
]
